import { Document, isScalar, parse, type Scalar, visit } from 'yaml'

/** A value as Go's YAML encoder writes it, which is what `kubectl apply` users keep in Git: keys sorted, lists not indented. */
export function goYaml(value: unknown): string {
  const document = new Document(JSON.parse(JSON.stringify(value)), { version: '1.1', sortMapEntries: true })
  visit(document, { Scalar: (_, scalar) => quote(scalar) })
  return document.toString({ indentSeq: false, lineWidth: 0, singleQuote: true })
}

/** Go quotes doubly what would be read as another type (`"y"`, `"1"`), singly what has characters of YAML's own. */
function quote(scalar: Scalar): void {
  if (isScalar(scalar) && typeof scalar.value === 'string' && meansAnotherType(scalar.value)) {
    scalar.type = 'QUOTE_DOUBLE'
  }
}

function meansAnotherType(text: string): boolean {
  // Texts with characters of YAML's own are quoted singly anyway, and some don't parse.
  if (!/^[\w.+:~ -]*$/.test(text)) return false
  try {
    const value: unknown = parse(text, { version: '1.1', logLevel: 'silent' })
    // What would be read as a map, such as `a: b`, is no scalar at all.
    return typeof value !== 'string' && (typeof value !== 'object' || value === null || value instanceof Date)
  } catch {
    return false
  }
}
