// What is read of an archive that anybody may have written. A cluster comes nowhere near any of these.

/** Of one object's JSON, in bytes: etcd takes some MiB. */
export const LARGEST_OBJECT = 32 << 20
/** Resources, each with its versions: large clusters have some thousands. */
export const MOST_KINDS = 10_000
export const MOST_NAMESPACES = 200_000
/** Entries whose path was there before. */
export const MOST_DUPLICATES = 100_000
/** What unpacks to more than this many bytes, and to so many times its size, is made to fill memory or disks. */
export const BOMB_BYTES = 1 << 30
export const BOMB_RATIO = 200
/** Of an index, unpacked: enough for archives of some hundred GB. */
export const LARGEST_INDEX = 64 << 20
