import * as z from 'zod'
import { fileSchema } from './schema.ts'

/** What lateen.yaml may hold, for editors. What a schema can't say, such as that names lead somewhere, is not in it. */
export function jsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(fileSchema, { target: 'draft-7', io: 'input' })
  return { $schema, title: 'lateen.yaml', ...schema }
}
