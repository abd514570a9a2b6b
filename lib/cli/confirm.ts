import type { Cli } from './cli.ts'

/** Asks until there is an answer, as Velero does; `undefined` where nobody is there to give one. */
export async function confirm({ stdout, stderr, readLine }: Cli): Promise<boolean | undefined> {
  for (;;) {
    stdout.write('Are you sure you want to continue (Y/N)? ')
    const answer = (await readLine())?.trim().toLowerCase()
    if (answer === undefined) {
      stderr.write(
        '\nAn error occurred: error reading user input: EOF\nGive --confirm where nobody is there to answer.\n',
      )
      return undefined
    }
    if (answer === 'y' || answer === 'n') return answer === 'y'
  }
}
