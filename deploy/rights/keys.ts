import type { Config } from '../../lib/config/config.ts'
import type { S3Place } from '../places.ts'
import { allow, type Statement, sub, unique } from './statement.ts'

/** Of what is encrypted by keys of the user's own, and only through the services that keep it. */
export function keys({ deployment: { kmsKeyArn } = {} }: Config, places: readonly S3Place[]): Statement[] {
  const named = unique(places.flatMap(({ config: { kmsKeyId = [] } }) => kmsKeyId))
  const isAlias = (key: string) => /(^|:)alias\//.test(key)
  const arn = (key: string) =>
    key.startsWith('arn:') ? key : sub(`arn:\${AWS::Partition}:kms:*:\${AWS::AccountId}:key/${key}`)
  const by = (...services: string[]) => ({ StringLike: { 'kms:ViaService': services.map(service => `${service}.*`) } })
  const actions = ['kms:GenerateDataKey', 'kms:Decrypt']
  const own = kmsKeyArn === undefined ? [] : [kmsKeyArn]
  const aliases = named.filter(isAlias).map(key => key.slice(key.indexOf('alias/')))
  return [
    { ...allow('OwnKey', actions, own), Condition: by('s3', 'sqs', 'sns', 'secretsmanager', 'ssm') },
    { ...allow('Keys', actions, named.filter(key => !isAlias(key)).map(arn)), Condition: by('s3') },
    {
      ...allow(
        'KeysByAlias',
        actions,
        aliases.length > 0 ? [sub('arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*')] : [],
      ),
      Condition: { ...by('s3'), 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': aliases } },
    },
  ]
}
