const ENTRY =
  /^(?:(?<namespace>[a-z0-9-]+): )?(?:resource: \/(?<resource>\S+) )?(?:name: \/(?<name>\S+) )?message: \/(?<message>.*?)(?: error: \/(?<error>.*))?$/s

/**
 * An entry of a results list for people: `shop: resource: /pods name: /web-0 message: /can't read it error: /timeout` is
 * `pods shop/web-0: can't read it: timeout`. Anything in another form is shown as it is.
 */
export function readableFinding(entry: string): string {
  const groups = ENTRY.exec(entry.trim())?.groups
  if (!groups) return entry.trim()
  const { namespace, resource, name, message = '', error } = groups
  const object = [namespace, name].filter(Boolean).join('/')
  const subject = [resource, object].filter(Boolean).join(' ')
  return [subject, message, error].filter(Boolean).join(': ')
}
