import { LateenError } from '../velero/errors.ts'

/** An object of a backup can't be restored as it is; the message names the field. It fails this object and no other. */
export class InvalidObjectError extends LateenError {}
