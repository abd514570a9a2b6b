import type { Statement } from '../../../deploy/rights/statement.ts'
import { descriptionOf } from '../../../deploy/service.ts'
import { loadConfig } from '../../../lib/config/load.ts'

/** What serverless.yml is told for a lateen.yaml, or for an environment alone. */
export async function described(
  yaml: string | undefined,
  env: Record<string, string> = {},
  options: { stage?: string } = { stage: 'test' },
) {
  const config = await loadConfig({
    flags: {},
    env,
    cwd: '/project',
    home: '/home/me',
    readFile: async path => {
      if (yaml !== undefined && path === '/project/lateen.yaml') return yaml
      throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })
    },
  })
  return descriptionOf(config, env, options, '/project')
}

interface Role {
  Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] }
}

/** The statements of the role of `Backup`, `Restore` or `Gc`. */
export function statementsIn(description: Awaited<ReturnType<typeof described>>, resource: string): Statement[] {
  const role = (description.resources as Record<string, unknown>)[`${resource}Role`] as Role
  return role.Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
}
