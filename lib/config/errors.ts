import { InvalidInputError } from '../velero/errors.ts'
import { didYouMean } from './did-you-mean.ts'

/** A flag, an environment variable or a field of lateen.yaml can't be used; the message begins with its name. */
export class ConfigError extends InvalidInputError {}

/** lateen.yaml has mistakes: `problems` are all that were found, each with its place, `lateen.yaml:3:5: ...`. */
export class ConfigFileError extends ConfigError {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** No location has this name. */
export class LocationNotFoundError extends ConfigError {
  constructor(name: string, known: readonly { name: string }[]) {
    const names = known.map(location => location.name)
    super(`backupstoragelocations.velero.io ${JSON.stringify(name)} not found${didYouMean(name, names)}`, {
      next: 'List the locations with `lateen backup-location get`.',
    })
  }
}
