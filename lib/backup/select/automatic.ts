/** What Velero 1.18 excludes from every backup: snapshots are its CSI actions' business. Most clusters lack these types. */
const AUTOMATIC = ['volumesnapshots.snapshot.storage.k8s.io', 'volumesnapshotcontents.snapshot.storage.k8s.io']

/** The entries of an exclude list that somebody typed. */
export function typed(names: readonly string[] | undefined): string[] {
  return (names ?? []).filter(name => !AUTOMATIC.includes(name))
}
