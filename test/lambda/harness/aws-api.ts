/** A request to a service of moto's that no SDK of ours is for. */
export async function ask<T>(endpoint: string, service: string, region: string, path: string, method = 'GET'): Promise<T> {
  // It looks at no signature, only for whom a request is.
  const scope = `test/20260101/${region}/${service}/aws4_request`
  const headers = { Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` }
  const answer = await fetch(`${endpoint}${path}`, { method, headers })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
