import type { ObjectStore } from '../store/types.ts'
import { writeDocument } from './documents.ts'
import { backupManifestKey } from './layout.ts'

export interface ManifestFile {
  /** The key's last part. */
  name: string
  size: number
  /** Hex; absent for the archive, whose members have theirs in the index. */
  sha256?: string
}

/**
 * NAME-lateen-manifest.json: what belongs to a backup beside its record, to tell a damaged backup from a whole one.
 * The archive is covered by the index, which has a SHA-256 for each of its members, and whose own is here.
 */
export interface BackupManifest {
  version: 1
  uid: string
  files: ManifestFile[]
}

export async function writeManifest(store: ObjectStore, backup: string, manifest: BackupManifest): Promise<void> {
  const files = manifest.files.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  await writeDocument(store, backupManifestKey(backup), { ...manifest, files }, { ifNoneMatch: '*' })
}
