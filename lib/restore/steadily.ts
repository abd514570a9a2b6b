import { ConnectionError } from '../cluster/types.ts'
import { Postponed, type RestoreControl } from './control.ts'

/** Some ten seconds in all: an API server that starts again takes about as long. */
const TRIES = 6

/**
 * Repeats a request while its connection breaks; so it must be one that may be done twice. `repeated` says that an earlier
 * try may have been carried out. Throws ConnectionError where the API server stays away, Postponed where the run is stopping.
 */
export async function steadily<T>(
  control: RestoreControl,
  ask: () => Promise<T>,
): Promise<{ answer: T; repeated: boolean }> {
  for (let tries = 1; ; tries++) {
    try {
      return { answer: await ask(), repeated: tries > 1 }
    } catch (error) {
      if (!(error instanceof ConnectionError) || tries === TRIES) throw error
      if (control.stopping()) throw new Postponed()
      await control.sleep(200 * 2 ** tries)
    }
  }
}
