// Kubernetes' rules for names, with its messages (apimachinery, util/validation). Each function answers the problems of
// its argument, none where it is valid. Lengths count bytes.

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = `(${QUALIFIED})?`

const QUALIFIED_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character" +
  ` (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end" +
  ` with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an" +
  ` alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end" +
  ` with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`

const whole = (pattern: string) => new RegExp(`^${pattern}$`)
const LABEL_SYNTAX = whole(LABEL)
const SUBDOMAIN_SYNTAX = whole(SUBDOMAIN)
const QUALIFIED_SYNTAX = whole(QUALIFIED)
const LABEL_VALUE_SYNTAX = whole(LABEL_VALUE)

function check(text: string, longest: number, syntax: RegExp, rule: string): string[] {
  const problems = []
  if (Buffer.byteLength(text) > longest) problems.push(`must be no more than ${longest} characters`)
  if (!syntax.test(text)) problems.push(rule)
  return problems
}

/** Names of most objects: Backup, Secret, ConfigMap ... */
export function subdomainProblems(name: string): string[] {
  return check(name, 253, SUBDOMAIN_SYNTAX, SUBDOMAIN_RULE)
}

/** Names of namespaces. */
export function namespaceNameProblems(name: string): string[] {
  if (name.includes('.')) return ['must not contain dots']
  return check(name, 63, LABEL_SYNTAX, LABEL_RULE)
}

/** Keys of labels and annotations: `app`, `velero.io/backup-name`. */
export function qualifiedNameProblems(key: string): string[] {
  const parts = key.split('/')
  if (parts.length > 2) {
    return [
      `a qualified name ${QUALIFIED_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const name = parts.at(-1) ?? ''
  const problems = []
  if (parts.length === 2) {
    const prefix = parts[0] ?? ''
    if (prefix === '') problems.push('prefix part must be non-empty')
    else problems.push(...subdomainProblems(prefix).map(problem => `prefix part ${problem}`))
  }
  if (name === '') problems.push('name part must be non-empty')
  return [...problems, ...check(name, 63, QUALIFIED_SYNTAX, QUALIFIED_RULE).map(problem => `name part ${problem}`)]
}

/** Values of labels. */
export function labelValueProblems(value: string): string[] {
  return check(value, 63, LABEL_VALUE_SYNTAX, LABEL_VALUE_RULE)
}
