/** Waits for all of them, also where one fails, and throws the first failure then. */
export async function settle<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
