import { NON_RESTORABLE, withNonRestorable } from './defaults-restore.ts'
import { compileGlob } from './glob-syntax.ts'
import { goQuote } from './go-quote.ts'
import { validateIncludesExcludes } from './includes-excludes.ts'
import { namespaceMappingProblems } from './namespace-mapping.ts'
import { recreateProblems } from './recreate.ts'
import { containerProblems } from './restore-hooks.ts'
import type { Restore, RestoreSpec } from './types-restore.ts'

const ONE_SOURCE = 'Either a backup or schedule must be specified as a source for the restore, but not both'
const ONE_SELECTOR = 'encountered labelSelector as well as orLabelSelectors in restore spec, only one can be specified'

/**
 * What keeps a Restore from being run as far as the Restore itself tells, as status.validationErrors: Velero 1.18's
 * texts in its order, then Lateen's own. None if it may run. It does not matter whether `defaultRestore` was applied
 * before. Selectors, of hooks too, were looked at by `parseRestore`.
 */
export function validateRestore(restore: Restore): string[] {
  const { spec } = restore
  const errors = [...listErrors(spec)]
  if (spec.labelSelector !== undefined && spec.orLabelSelectors !== undefined) errors.push(ONE_SELECTOR)
  // Without one source Velero looks no further.
  if (!spec.backupName === !spec.scheduleName) errors.push(ONE_SOURCE)
  else errors.push(...hookErrors(spec), ...policyErrors(restore))
  return [...errors, ...namespaceMappingProblems(spec.namespaceMapping)]
}

function listErrors(spec: RestoreSpec): string[] {
  const { includedResources = [], includedNamespaces, excludedNamespaces } = spec
  // The server adds these before it looks: one that is included gives two errors.
  const excludedResources = withNonRestorable(spec.excludedResources)
  return [
    ...NON_RESTORABLE.filter(resource => includedResources.includes(resource)).map(
      resource => `${resource} are non-restorable resources`,
    ),
    ...listProblems('resource', includedResources, excludedResources),
    ...listProblems('namespace', includedNamespaces, excludedNamespaces),
  ]
}

function listProblems(what: string, includes: string[] = [], excludes: string[] = []): string[] {
  const patterns = [...new Set([...includes, ...excludes])].filter(pattern => compileGlob(pattern) === undefined)
  return [
    ...validateIncludesExcludes(includes, excludes),
    // Velero passes over such a pattern, and over all that come after it.
    ...patterns.map(pattern => `${goQuote(pattern)} is not a valid pattern`),
  ].map(problem => `Invalid included/excluded ${what} lists: ${problem}`)
}

function hookErrors({ hooks }: RestoreSpec): string[] {
  return (hooks?.resources ?? [])
    .flatMap(({ postHooks = [] }) => postHooks)
    .flatMap(({ init }) => init?.initContainers ?? [])
    .flatMap(containerProblems)
}

function policyErrors(restore: Restore): string[] {
  const policy = restore.spec.existingResourcePolicy ?? ''
  if (policy === 'recreate') return recreateProblems(restore)
  return ['', 'none', 'update'].includes(policy) ? [] : [`Invalid ExistingResourcePolicy: ${policy}`]
}
