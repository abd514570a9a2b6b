import { stringify } from 'yaml'

/** In the order that it has, not in that of Velero's objects. A module of its own, for a bundle gives a package that is imported late another form. */
export function plainYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 })
}
