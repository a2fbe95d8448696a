import { AwsError } from '../aws/error.ts';
import type { InputReader } from '../aws/input.ts';
import type { LogGroup, LogStore } from '../store/logs.ts';
import { findGroup, groupOfArn } from './names.ts';
import type { LogsOperations } from './protocol.ts';

const MOST_TAGS = 50;

type Tags = Record<string, string>;
type FindGroup = (input: InputReader, store: LogStore) => LogGroup;

/** TagResource, UntagResource, ListTagsForResource, and the same by a group's name. */
export function tagOperations(store: LogStore): LogsOperations {
  const tag = (find: FindGroup) => async (input: InputReader) => {
    const added = checkTags(input, input.textMap('tags'));
    await store.changeTags(find(input, store), (tags) => {
      const all = { ...tags, ...added };
      if (Object.keys(all).length > MOST_TAGS) {
        throw new AwsError('TooManyTagsException', `A resource has at most ${MOST_TAGS} tags.`);
      }
      return all;
    });
    return {};
  };
  const untag = (find: FindGroup, member: string) => async (input: InputReader) => {
    const keys = new Set(input.texts(member));
    await store.changeTags(find(input, store), (tags) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.has(key))),
    );
    return {};
  };
  const list = (find: FindGroup) => (input: InputReader) => ({ tags: JSON.parse(find(input, store).tags) as Tags });
  return {
    TagResource: tag(groupOfArn),
    UntagResource: untag(groupOfArn, 'tagKeys'),
    ListTagsForResource: list(groupOfArn),
    TagLogGroup: tag(findGroup),
    UntagLogGroup: untag(findGroup, 'tags'),
    ListTagsLogGroup: list(findGroup),
  };
}

/** Keys that begin with `aws:` are AWS's own. */
export function checkTags(input: InputReader, tags: Tags): Tags {
  if (Object.keys(tags).some((key) => /^aws:/i.test(key))) throw input.fail('Tag keys cannot begin with aws:.');
  return tags;
}
