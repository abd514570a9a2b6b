import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface FunctionBundle {
  name: string
  path: string
  bytes: number
}

/** The functions of serverless.yml, bundled with the options that stand there, as `serverless package` does it. */
export async function bundleFunctions(outdir: string): Promise<FunctionBundle[]> {
  const service = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'), { logLevel: 'silent', merge: true })
  const { exclude, outputFileExtension, ...options } = service.custom.esbuild as BuildOptions & {
    exclude: string[]
    outputFileExtension: string
  }
  const handlers = Object.entries(service.functions as Record<string, { handler: string }>)
  return Promise.all(
    handlers.map(async ([name, { handler }]) => {
      const entry = handler.replace(/\.\w+$/, '')
      await build({
        ...options,
        external: exclude,
        outExtension: { '.js': outputFileExtension },
        entryPoints: { [name]: join(root, `${entry}.ts`) },
        outdir,
        logLevel: 'warning',
      })
      const path = join(outdir, `${name}${outputFileExtension}`)
      return { name, path, bytes: (await stat(path)).size }
    }),
  )
}
