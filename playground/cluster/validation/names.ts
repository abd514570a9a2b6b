import type { Kind } from '../kinds.ts'

// The sentences are the server's own: clients show them and scripts look for them.
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const NAME_PART =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

const MAX = { label: 63, subdomain: 253 }
const LABEL_NAMED = new Set(['/namespaces', '/services'])

/** Why this can't be the name of an object of this kind. */
export function nameFault(kind: Kind, name: string): string | undefined {
  if (kind.group === 'rbac.authorization.k8s.io' || kind.storage === 'apiregistration.k8s.io/apiservices')
    return name === '.' || name === '..' || /[/%]/.test(name)
      ? `may not be '.' or '..', or contain '/' or '%'`
      : undefined
  if (LABEL_NAMED.has(kind.storage)) {
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) return LABEL
    return name.length > MAX.label ? `must be no more than ${MAX.label} characters` : undefined
  }
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name) && kind.storage !== '/events')
    return SUBDOMAIN
  return name.length > MAX.subdomain ? `must be no more than ${MAX.subdomain} bytes` : undefined
}

/** Why this is no `prefix/name` as label keys and finalizers are. */
export function qualifiedNameFault(key: string): string | undefined {
  const name = key.slice(key.indexOf('/') + 1)
  if (!/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name)) return NAME_PART
  return name.length > MAX.label ? `name part must be no more than ${MAX.label} bytes` : undefined
}

export const labelKeyFault = qualifiedNameFault

export function labelValueFault(value: string): string | undefined {
  if (!/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value)) return LABEL_VALUE
  return value.length > MAX.label ? `must be no more than ${MAX.label} bytes` : undefined
}
