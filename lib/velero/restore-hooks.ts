/** Velero's error for an init container of a restore hook, as Go words it; none if it has what Velero asks for. */
export function containerProblems({ command, name, image }: Record<string, unknown>): string[] {
  const wrong = [
    ...notText('name', name),
    ...notText('image', image),
    ...(command === undefined || Array.isArray(command)
      ? (command ?? []).flatMap(word => notText('command', word))
      : [mismatch('command', command, '[]string')]),
  ]
  const [first] = wrong
  if (first !== undefined) return [first]
  if (name && image && (command as unknown[] | undefined)?.length) return []
  return ["invalid InitContainer in restore hook, it doesn't have Command, Name or Image field"]
}

function notText(field: string, value: unknown): string[] {
  return value === undefined || typeof value === 'string' ? [] : [mismatch(field, value, 'string')]
}

function mismatch(field: string, value: unknown, wanted: string): string {
  const kind = value === true || value === false ? 'bool' : Array.isArray(value) ? 'array' : typeof value
  return `json: cannot unmarshal ${kind} into Go struct field Container.${field} of type ${wanted}`
}
