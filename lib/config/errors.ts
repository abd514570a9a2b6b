import { InvalidInputError } from '../velero/errors.ts'

/** A flag, an environment variable or a field of lateen.yaml can't be used; the message begins with its name. */
export class ConfigError extends InvalidInputError {}
