import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { InvalidInputError } from '../../velero/errors.ts'
import { checkKey } from '../keys.ts'

/** The folder inside a store for what is not an object. No key may have a segment of this name, and no list shows it. */
export const helperFolder = '.lateen'

/** What file systems grant to one name, in bytes. */
const maxNameBytes = 255

/** Where things lie in a store whose root is this folder. */
export class Layout {
  /** Has to exist: an absent one is a volume that is not mounted or a typing error, never an empty store. */
  readonly bucket: string
  readonly root: string

  constructor(bucket: string, prefix: string) {
    this.bucket = bucket
    this.root = prefix === '' ? bucket : join(bucket, ...segments(prefix))
  }

  /** The file of an object. Throws InvalidInputError for a key that would lie outside or can't be a file. */
  object(key: string): string {
    checkKey(key)
    return join(this.root, ...segments(key))
  }

  /** The folder whose entries a list of this prefix needs, as a key that is empty or ends in `/`. */
  folderOf(prefix: string): string {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    if (folder !== '') this.object(folder.slice(0, -1))
    return folder
  }

  get drafts(): string {
    return join(this.root, helperFolder, 'drafts')
  }
  get uploads(): string {
    return join(this.root, helperFolder, 'uploads')
  }
  get claims(): string {
    return join(this.root, helperFolder, 'claims')
  }
  claimsOf(key: string): string {
    return join(this.claims, claimsName(key))
  }
}

/** Keys are longer than names may be, so the folder of a key's claims is named by a digest. */
export function claimsName(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

function segments(key: string): string[] {
  const names = key.split('/')
  for (const name of names) {
    const problem = nameProblem(name)
    if (problem) throw new InvalidInputError(`${JSON.stringify(key)} can't be a file's path: ${problem}`)
  }
  return names
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'a segment between slashes is empty'
  if (name === '.' || name === '..') return `the segment ${JSON.stringify(name)} is a folder's own name`
  if (name === helperFolder) return `${helperFolder} is the store's own folder`
  return Buffer.byteLength(name) > maxNameBytes ? `a segment is longer than ${maxNameBytes} bytes` : undefined
}
