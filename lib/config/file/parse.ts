import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { ConfigFileError } from '../errors.ts'
import { fieldName, type Problem, problemsOf } from './issues.ts'
import { brokenRules } from './rules.ts'
import { type FileContent, fileSchema } from './schema.ts'

/**
 * Parses and checks lateen.yaml. Throws ConfigFileError with a line for each problem: `lateen.yaml:3:5: locations[0].bukket
 * is not a known field (did you mean "bucket"?)`.
 */
export function parseFile(text: string, path: string): FileContent {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${path}:${line}:${col}`
  }
  if (document.errors.length > 0) {
    throw new ConfigFileError(document.errors.map(error => `${at(error.pos[0])}: ${error.message}`))
  }
  const input: unknown = document.toJS() ?? {}
  const parsed = fileSchema.safeParse(input)
  const problems = parsed.success
    ? brokenRules(parsed.data)
    : parsed.error.issues.flatMap(issue => problemsOf(issue, input))
  if (parsed.success && problems.length === 0) return parsed.data
  throw new ConfigFileError(
    problems.map(
      problem => `${at(offsetOf(document, problem))}: ${fieldName(problem.path) || 'the file'} ${problem.message}`,
    ),
  )
}

/** Where a problem's key stands; for what is missing, the nearest thing around it that is there. */
function offsetOf(document: Document, { path }: Problem): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true)
    const step = path[length - 1]
    if (isMap(parent)) {
      const pair = parent.items.find(item => isScalar(item.key) && item.key.value === step)
      if (pair) return start(pair.key as Node)
    } else {
      const item = document.getIn(path.slice(0, length), true)
      if (item) return start(item as Node)
    }
  }
  return document.contents ? start(document.contents) : 0
}

function start(node: Node): number {
  return node.range?.[0] ?? 0
}
