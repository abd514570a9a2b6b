import { InvalidInputError } from '../velero/errors.ts'

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
