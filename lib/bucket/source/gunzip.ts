import { promisify } from 'node:util'
import { createGunzip, gunzip as gunzipCallback, type ZlibOptions } from 'node:zlib'

const gunzipOnThread = promisify(gunzipCallback) as (data: Uint8Array, options: ZlibOptions) => Promise<Buffer>

/** The largest buffer that is taken at once on a gzip file's own word about its size. */
const MOST_TRUSTED = 4 << 20

/** Unpacks a gzip file of one member on a thread. Throws where it is damaged, or has more than `limit` bytes. */
export function gunzip(gz: Buffer, limit: number): Promise<Buffer> {
  // The last four bytes tell the size: with one buffer of that nothing is put together afterwards.
  const told = gz.length < 4 ? 0 : gz.readUInt32LE(gz.length - 4)
  const chunkSize = Math.min(Math.max(told + 1, 1024), MOST_TRUSTED)
  return gunzipOnThread(gz, { maxOutputLength: limit, chunkSize })
}

/** Of compressed bytes that are given to zlib at once: at the highest possible ratio they make 17 MiB. */
const INPUT_BYTES = 16 << 10
const OUTPUT_BYTES = 256 << 10

/**
 * Unpacks a gzip file of any number of members as it arrives; zeros at its end are no harm. Throws zlib's error where it
 * is damaged or ends early, but not before all is given that came before: the same for the same bytes, however they
 * arrive. The next chunks are unpacked on a thread while the caller looks at the last.
 */
export async function* gunzipChunks(gz: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES })
  // A stream that fails drops what is buffered in it, so nothing is left there.
  const ready: Buffer[] = []
  stream.on('data', (chunk: Buffer) => ready.push(chunk))
  let failure: Error | undefined
  let over = false
  let wake = () => {}
  stream.on('error', error => {
    failure = error
    over = true
    wake()
  })
  stream.on('end', () => {
    over = true
    wake()
  })
  /** What was begun is done, or the stream is over, which it does not tell to a write under way. */
  const step = (begin: (done: () => void) => void) =>
    new Promise<void>(resolve => {
      wake = resolve
      if (over) resolve()
      else begin(resolve)
    })
  try {
    let busy = Promise.resolve()
    for await (const block of blocks(gz, INPUT_BYTES)) {
      await busy
      // Before the end of the input that is so where zeros follow the last member.
      if (over) break
      const before = ready.splice(0)
      busy = step(done => stream.write(block, done))
      yield* before
    }
    await busy
    await step(() => stream.end())
    yield* ready
    if (failure !== undefined) throw failure
  } finally {
    stream.destroy()
  }
}

/** Cuts bytes into blocks of one size, so that nothing depends on how they came. */
async function* blocks(chunks: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (; bytes.length - at >= size; at += size) yield bytes.subarray(at, at + size)
    rest = bytes.subarray(at)
  }
  if (rest.length > 0) yield rest
}
