import { Checkbox, TagsInput, TextInput } from '@mantine/core';
import { useMe } from '../../api/me.ts';
import { useMembers } from '../../api/members.ts';
import { strings } from '../../strings/strings.ts';
import { dropdownProps } from '../fields/dropdown-props.ts';
import { controlId } from './control-id.ts';
import type { FormValues } from './form-values.ts';
import { Section } from './section.tsx';
import type { FormChange } from './use-form-values.ts';

const MAX_NOTE_CHARACTERS = 500;

export interface DeliverySectionProps {
  readonly values: FormValues;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (change: FormChange) => void;
}

/** Who is told when the file is there. */
export function DeliverySection({ values, errors, onChange }: DeliverySectionProps) {
  const texts = strings.generate.form;
  const { data: me } = useMe();
  const { data: members = [] } = useMembers(me?.permissions.includes('members:manage') ?? false);
  const suggestions = new Set(members.map(({ email }) => email).filter((email) => email !== me?.user.email));
  return (
    <Section title={texts.delivery}>
      <Checkbox
        id={controlId('/notifyRequester')}
        label={texts.notifyMe}
        description={me?.user.email}
        checked={values.notifyRequester}
        error={errors.get('/notifyRequester')}
        onChange={(event) => onChange({ notifyRequester: event.currentTarget.checked })}
      />
      <TagsInput
        {...dropdownProps}
        id={controlId('/notify')}
        label={texts.recipients}
        description={texts.recipientsHelp}
        placeholder={values.notify.length === 0 ? texts.recipientsPlaceholder : undefined}
        inputMode="email"
        splitChars={[',', ';', ' ']}
        data={[...suggestions]}
        value={[...values.notify]}
        error={errors.get('/notify')}
        onChange={(notify) => onChange({ notify })}
        wrapperProps={{ 'data-test': 'report-params-recipients' }}
      />
      <TextInput
        id={controlId('/note')}
        label={texts.note}
        description={texts.noteHelp}
        maxLength={MAX_NOTE_CHARACTERS}
        value={values.note}
        error={errors.get('/note')}
        onChange={(event) => onChange({ note: event.currentTarget.value })}
      />
    </Section>
  );
}
