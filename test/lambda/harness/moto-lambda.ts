/** What Lambda's API answers, as far as we ask. */
export interface Configuration {
  FunctionName: string
  FunctionArn: string
  Handler: string
  MemorySize: number
  Timeout: number
  Runtime: string
  Environment?: { Variables: Record<string, string> }
}

export interface SourceMapping {
  UUID: string
  BatchSize: number
  EventSourceArn: string
  FunctionArn: string
  FunctionResponseTypes?: string[]
  ScalingConfig?: { MaximumConcurrency?: number }
}

/** Lambda's API at an endpoint of moto's, for which we have no SDK: it looks at no signature, only for whom a request is. */
export function lambdaApi(endpoint: string, region: string) {
  const scope = `test/20260101/${region}/lambda/aws4_request`
  const headers = { Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` }
  const ask = async <T>(method: string, path: string): Promise<T> => {
    const answer = await fetch(`${endpoint}/2015-03-31/${path}`, { method, headers })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  return {
    functions: async () => (await ask<{ Functions: Configuration[] }>('GET', 'functions/')).Functions,
    function: (name: string) =>
      ask<{ Configuration: Configuration; Code: { Location: string } }>('GET', `functions/${name}`),
    mappings: async () =>
      (await ask<{ EventSourceMappings: SourceMapping[] }>('GET', 'event-source-mappings/')).EventSourceMappings,
    deleteMapping: (uuid: string) => ask('DELETE', `event-source-mappings/${uuid}`),
  }
}
