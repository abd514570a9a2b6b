import { at, isObject, type JsonObject, parseJson, text } from './json.ts'
import { groupVersion, type Kind } from './kinds.ts'
import { badRequest, StatusError } from './status.ts'

/** Reads a written object and holds its apiVersion, kind, namespace and name against the URL. Throws 400. */
export function decodeBody(kind: Kind, body: string, url: { namespace: string; name: string }): JsonObject {
  const object = parseBody(kind, body)
  checkKind(kind, object, body)
  const metadata = isObject(object.metadata) ? object.metadata : {}
  const namespace = text(metadata.namespace)
  if (namespace !== '' && namespace !== url.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  const name = text(metadata.name)
  if (url.name !== '' && name !== '' && name !== url.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${url.name})`)
  if (url.name !== '' && name === '') throw badRequest(`the name of the object must be specified`)
  if (kind.storage === '/secrets') checkBase64(object)
  const { namespace: _none, ...rest } = metadata
  return {
    ...object,
    apiVersion: groupVersion(kind),
    kind: kind.kind,
    metadata: kind.namespaced ? { ...rest, namespace: url.namespace } : rest,
  }
}

function parseBody(kind: Kind, body: string): JsonObject {
  let object: unknown
  try {
    object = parseJson(body)
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: ` +
        `${(error as Error).message} (${body.slice(0, 30)})`,
    )
  }
  if (isObject(object)) return object
  throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): it is no JSON object`)
}

function checkKind(kind: Kind, object: JsonObject, body: string): void {
  const [written, wanted] = [text(object.apiVersion), groupVersion(kind)]
  if (kind.custom !== undefined) {
    if (text(object.kind) === '')
      throw badRequest(
        `the object provided is unrecognized (must be of type ${kind.kind}): Object 'Kind' is missing in '${body}'`,
      )
    if (written !== wanted)
      throw badRequest(`the API version in the data (${written}) does not match the expected API version (${wanted})`)
  }
  const name = text(object.kind) || kind.kind
  if (name !== kind.kind) {
    const group = kind.group === '' ? 'core' : kind.group
    throw badRequest(
      `${name} in version "${written || wanted}" cannot be handled as a ${kind.kind}: it is no ${group} ${kind.kind}`,
    )
  }
  if (written !== '' && written !== wanted)
    throw badRequest(
      `${name} in version "${written}" cannot be handled as a ${kind.kind}: no kind "${name}" is registered for version "${written}"`,
    )
}

function checkBase64(secret: JsonObject): void {
  for (const value of Object.values(at(secret, 'data'))) {
    const fault = text(value).search(/[^A-Za-z0-9+/=\r\n]/)
    if (fault >= 0)
      throw badRequest(
        `Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte ${fault}`,
      )
  }
}

/** `?dryRun=All`, or nothing. Throws 422 on any other value. */
export function isDryRun(query: URLSearchParams, options: string): boolean {
  const values = query.getAll('dryRun')
  if (values.every(value => value === 'All')) return values.length > 0
  const message = `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`
  throw new StatusError(422, {
    message: `${options}.meta.k8s.io "" is invalid: dryRun: ${message}`,
    reason: 'Invalid',
    details: {
      group: 'meta.k8s.io',
      kind: options,
      causes: [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }],
    },
  })
}
