import type { Command } from 'commander'
import type { Chosen, ContentObject } from '../../jobs/contents.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { addLocationFlag } from '../flags/request-flags.ts'
import { settingsOf } from '../settings.ts'
import { checkNames } from './check-names.ts'

interface ContentsFlags {
  storageLocation?: string
}

interface Contents {
  usage: string
  least: number
  examples: string
  text(object: ContentObject): string | Buffer
}

/** What a backup holds, by name. */
export function backupLs(command: Command, cli: Cli, done: Done): void {
  contents(command, cli, done, {
    usage: 'NAME [KIND [NAMESPACE/]OBJECT] [flags]',
    least: 1,
    examples: lsExamples,
    text: ({ resource, name }) => `${resource} ${name}\n`,
  })
}

/** Objects as they were backed up, a line of JSON each. */
export function backupCat(command: Command, cli: Cli, done: Done): void {
  contents(command, cli, done, {
    usage: 'NAME KIND [NAMESPACE/]OBJECT [flags]',
    least: 3,
    examples: catExamples,
    text: ({ json }) => Buffer.concat([json, Buffer.from('\n')]),
  })
}

function contents(command: Command, cli: Cli, done: Done, { usage, least, examples, text }: Contents): void {
  command.addHelpText('after', examples)
  command.optionsGroup('Which:')
  addLocationFlag(command, 'The location of the backup')
  act<ContentsFlags>(command, done, { usage, least, most: 3 }, async ([backup = '', kind, name], flags) => {
    checkNames('backup', [backup])
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const chosen: Chosen = { ...(kind !== undefined && { kind }), ...(name !== undefined && { name }) }
    let found = 0
    for await (const object of cli.jobs.backupContents(settings, backup, chosen)) {
      found += 1
      const taken = cli.stdout.write(text(object))
      if (!taken) await new Promise(resolve => cli.stdout.once('drain', resolve))
    }
    if (found === 0 && kind !== undefined) throw nothing(backup, kind, name)
    return undefined
  })
}

function nothing(backup: string, kind: string, name: string | undefined): InvalidInputError {
  const what = name === undefined ? '' : ` ${goQuote(name)}`
  return new InvalidInputError(`the backup ${goQuote(backup)} has no ${kind}${what}`, {
    next: `See what it has with \`lateen backup ls ${backup}\`. What is namespaced is called NAMESPACE/OBJECT.`,
  })
}

const lsExamples = `
Examples:
  # Everything in a backup.
  lateen backup ls backup1

  # The Secrets of one namespace.
  lateen backup ls backup1 secrets 'shop/*'`

const catExamples = `
Examples:
  # Bring one object back as it was.
  lateen backup cat backup1 configmap shop/settings | kubectl apply -f -

  # See how two backups of an object differ.
  diff <(lateen backup cat backup1 deployments shop/web | jq) <(lateen backup cat backup2 deployments shop/web | jq)`
