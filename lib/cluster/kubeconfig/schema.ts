import * as z from 'zod'

// The kubeconfig format, as far as it tells how to reach a cluster. What kubectl ignores or uses for itself is let pass.
// Go writes empty fields as null; they count as absent.

const text = z
  .string()
  .nullish()
  .transform(value => value || undefined)
const flag = z
  .boolean()
  .nullish()
  .transform(value => value ?? false)
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform(value => value ?? [])

const cluster = z.object({
  server: text,
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': flag,
  'tls-server-name': text,
  'proxy-url': text,
  extensions: list(z.object({ name: z.string(), extension: z.unknown() })),
})

const exec = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: list(z.string()),
  env: list(z.object({ name: z.string(), value: z.string() })),
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: text,
})

const user = z.object({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  'as-uid': text,
  'as-groups': list(z.string()),
  'as-user-extra': z
    .record(z.string(), z.array(z.string()))
    .nullish()
    .transform(value => value ?? {}),
  exec: exec.nullish().transform(value => value ?? undefined),
  'auth-provider': z
    .object({
      name: z.string(),
      config: z
        .record(z.string(), z.string())
        .nullish()
        .transform(value => value ?? {}),
    })
    .nullish()
    .transform(value => value ?? undefined),
})

const context = z.object({ cluster: text, user: text })

export const kubeconfigSchema = z.object({
  'current-context': text,
  clusters: list(z.object({ name: z.string(), cluster })),
  users: list(z.object({ name: z.string(), user: user.nullish().transform(value => value ?? user.parse({})) })),
  contexts: list(z.object({ name: z.string(), context })),
})

export type Kubeconfig = z.infer<typeof kubeconfigSchema>
export type KubeconfigCluster = z.infer<typeof cluster>
export type KubeconfigUser = z.infer<typeof user>
export type KubeconfigExec = z.infer<typeof exec>
