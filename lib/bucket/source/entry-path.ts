/** Where an archive has an object. */
export interface ObjectPlace {
  resource: string
  /** '' for the plain copy, which every object has; else the folder of a version, without `-preferredversion`. */
  version: string
  /** A copy under `V-preferredversion`: the same bytes as the plain one. */
  preferred: boolean
  /** '' for what is cluster-scoped. */
  namespace: string
  name: string
}

/** A path that is none of an object's: `hostile` where it can only be there to do harm, or is lost with its object. */
export interface PathProblem {
  problem: string
  hostile: boolean
}

const PREFERRED = '-preferredversion'
const SUFFIX = '.json'
const UNKNOWN: PathProblem = { problem: 'is in no folder that an archive has', hostile: false }

/**
 * Reads the path of a file in an archive:
 * `resources/R[/V[-preferredversion]]/{cluster|namespaces/NS}/NAME.json`. `undefined` for what is known and holds no
 * object. A name may have whatever Kubernetes lets it have, backslashes among it, for nothing is ever written to a path.
 */
export function readPath(path: string): ObjectPlace | PathProblem | undefined {
  const problem = problemOf(path)
  if (problem !== undefined) return { problem, hostile: true }
  const parts = path.split('/')
  if (parts[0] === 'metadata') return undefined
  if (parts[0] !== 'resources') return UNKNOWN
  const plain = place(parts, 2)
  if (plain !== undefined) return { ...plain, version: '', preferred: false }
  const copy = place(parts, 3)
  if (copy === undefined) return UNKNOWN
  const folder = parts[2] as string
  return folder.endsWith(PREFERRED)
    ? { ...copy, version: folder.slice(0, -PREFERRED.length), preferred: true }
    : { ...copy, version: folder, preferred: false }
}

/** Reads `cluster/NAME.json` or `namespaces/NS/NAME.json` from `at` on. */
function place(parts: readonly string[], at: number): Pick<ObjectPlace, 'resource' | 'namespace' | 'name'> | undefined {
  const file = parts.at(-1) as string
  if (!file.endsWith(SUFFIX) || file === SUFFIX) return undefined
  const namespaced = parts[at] === 'namespaces' && parts.length === at + 3
  if (!namespaced && !(parts[at] === 'cluster' && parts.length === at + 2)) return undefined
  const name = file.slice(0, -SUFFIX.length)
  // No object has such a name; as part of a request's path it would mean another one.
  if (name === '.' || name === '..') return undefined
  return { resource: parts[1] as string, namespace: namespaced ? (parts[at + 1] as string) : '', name }
}

/** As `tar` writes paths when a folder is packed again by hand: `./resources/...`. */
export function cleanPath(path: string): string {
  return path.startsWith('./') ? path.slice(2) : path
}

const LONGEST = 8192
/** What every path with a problem has, for there are many paths without one. */
const SUSPICIOUS = /^[./]|\/[./]|\/$|^$|[\\\ufffd]|\p{Cc}/u
const CLIMBING = /(^|\/)\.\.(\/|$)/
const NAMELESS_PART = /(^|\/)\.?(\/|$)/
const CONTROL = /\p{Cc}/u
const BACKSLASH_IN_FOLDER = /\\.*\//s

function problemOf(path: string): string | undefined {
  if (path.length > LONGEST) return "is longer than any object's"
  if (!SUSPICIOUS.test(path)) return undefined
  if (path.startsWith('/')) return 'is an absolute path'
  if (CLIMBING.test(path)) return 'climbs out of its folder'
  if (NAMELESS_PART.test(path)) return 'has a part without a name'
  if (CONTROL.test(path)) return 'holds a control character'
  if (BACKSLASH_IN_FOLDER.test(path)) return 'has a folder with a backslash'
  if (path.includes('\ufffd')) return 'is not UTF-8'
  return undefined
}
