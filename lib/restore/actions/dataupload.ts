import type { RestoreItemAction } from '../types.ts'

/** Leaves out DataUploads: in Velero they only tell its data mover where a volume's contents are. */
export const dataUpload: RestoreItemAction = {
  name: 'velero.io/dataupload',
  applies: ({ resource }) => resource === 'datauploads.velero.io',
  run: () => ({ skip: 'a DataUpload is a note to the data mover of the Velero that made it' }),
}
