/** What `-results.gz` holds of one severity. */
export interface Result {
  velero?: string[]
  cluster?: string[]
  namespaces?: Record<string, string[]>
}

/** The whole of `-results.gz`. */
export interface Results {
  errors: Result
  warnings: Result
}

export interface ResultMessage {
  message: string
  error?: string
  /** `deployments.apps` */
  resource?: string
  name?: string
}

/** One entry of a results list as Velero's log hook writes it: ` resource: /pods name: /web-0 message: /... error: /...`. */
export function resultLine({ resource, name, message, error }: ResultMessage): string {
  const parts = { resource, name, message, error }
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}: /${value}`)
    .join('')
}

/** Where an entry goes: what concerns no object to `velero`, cluster-scoped objects ('') to `cluster`, others to their namespace. */
export function resultGroup(namespace: string | undefined): 'velero' | 'cluster' | { namespace: string } {
  if (namespace === undefined) return 'velero'
  return namespace === '' ? 'cluster' : { namespace }
}
