import type { Command } from 'commander'
import { clusterName } from '../../config/config.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { configOf } from '../settings.ts'

/** Shells expand the words of a completion; other names are not worth the risk. */
const SAFE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** For completion scripts: names of lateen.yaml, and nothing where there are none or something is wrong. */
export function namesCommand(command: Command, cli: Cli, done: Done): void {
  act(command, done, { usage: 'clusters|locations', least: 1, most: 1 }, async ([list]) => {
    const config = await configOf(command, cli).then(
      found => found.config,
      () => undefined,
    )
    const names = list === 'clusters' ? config?.clusters.map(clusterName) : config?.locations.map(({ name }) => name)
    const safe = (names ?? []).filter(name => name !== undefined && SAFE.test(name))
    cli.stdout.write(safe.map(name => `${name}\n`).join(''))
    return undefined
  })
}
