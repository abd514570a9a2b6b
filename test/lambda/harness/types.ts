/** A function as it is deployed: what Lambda would make an instance of. */
export interface DeployedFunction {
  name: string
  arn: string
  /** As in the configuration: `functions/backup.handler`. */
  handler: string
  memoryMb: number
  /** Of /tmp. */
  storageMb: number
  timeoutMs: number
  runtime: string
  region: string
  /** What the configuration gives it. */
  environment: Record<string, string>
  /** Its code. */
  zip: string
}

/** What became of one call. */
export type Outcome = {
  requestId: string
  /** What the function printed meanwhile, and what the platform says. */
  lines: string[]
} & (
  | { how: 'answered'; answer: unknown }
  /** It threw, or could not be loaded. */
  | { how: 'failed'; error: { errorType: string; errorMessage: string } }
  /** Its process ended before it had answered: by itself, or by the platform at the end of its time. */
  | { how: 'died' }
  | { how: 'timedOut' }
)
