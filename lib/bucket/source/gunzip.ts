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

/**
 * Of compressed bytes, given to zlib at once: at the highest possible ratio the first make 17 MiB. The others are for a
 * file that is damaged.
 */
const STEPS = [16 << 10, 64, 1] as const
const OUTPUT_BYTES = 256 << 10

/**
 * Unpacks a gzip file of any number of members as it arrives; zeros at its end are no harm. Throws zlib's error where it
 * is damaged or ends early, but not before all is given that came before: the same for the same bytes, however they
 * arrive. The next chunks are unpacked while the caller looks at the last.
 *
 * zlib keeps to itself what it had unpacked in the very step that failed. So a damaged file is opened again, and gone
 * through in smaller steps where that was.
 */
export async function* gunzipChunks(open: () => AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let given = 0
  let harmless = 0
  for (const step of STEPS) {
    let begun: [number, number] = [0, 0]
    const sizeAt = (offset: number) => {
      begun = [begun[1], offset]
      return offset < harmless ? Math.min(STEPS[0], harmless - offset) : step
    }
    let old = given
    try {
      for await (const chunk of unpack(blocks(open(), sizeAt))) {
        const fresh = chunk.subarray(Math.min(old, chunk.length))
        old -= chunk.length - fresh.length
        given += fresh.length
        if (fresh.length > 0) yield fresh
      }
      return
    } catch (error) {
      if (step === 1 || !isDamage(error)) throw error
      // It failed in one of the last two that were begun.
      harmless = begun[0]
    }
  }
}

/** What zlib says of bytes that are no gzip file; not that there should be more of them. */
function isDamage(error: unknown): boolean {
  const code = zlibCode(error)
  return code !== undefined && code !== 'Z_BUF_ERROR'
}

/** `Z_DATA_ERROR`, or another of zlib's own; `undefined` for every other error. */
export function zlibCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && code.startsWith('Z_') ? code : undefined
}

async function* unpack(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES })
  // A stream that fails drops what is buffered in it, so nothing is left there.
  const ready: Buffer[] = []
  stream.on('data', (chunk: Buffer) => ready.push(chunk))
  let failure: Error | undefined
  let over = false
  let wake = () => {}
  const end = (error?: Error) => {
    failure = error
    over = true
    wake()
  }
  stream.on('error', end).on('end', end)
  /** What was begun is done, or the stream is over, which it does not tell to a write under way. */
  const step = (begin: (done: () => void) => void) =>
    new Promise<void>(resolve => {
      wake = resolve
      if (over) resolve()
      else begin(resolve)
    })
  try {
    let busy = Promise.resolve()
    for await (const block of input) {
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

/** Cuts bytes into blocks of the sizes that are asked for, so that nothing depends on how they came. */
async function* blocks(chunks: AsyncIterable<Buffer>, sizeAt: (offset: number) => number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  let offset = 0
  let size = sizeAt(offset)
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    while (bytes.length - at >= size) {
      yield bytes.subarray(at, at + size)
      at += size
      offset += size
      size = sizeAt(offset)
    }
    rest = bytes.subarray(at)
  }
  if (rest.length > 0) yield rest
}
