// blocked: no key of the exports map admits the subpath
import { retry } from '@shared/workflow/utils/retry';
// blocked: the exports key ./secrets maps to a file that is not there
import { readSecret } from '@shared/workflow/secrets';
// blocked: the exports map excludes ./runtime/internal/* with `null`
import { traceStep } from '@shared/workflow/runtime/internal/trace';
// blocked: the name `cancelReminder` is missing in the target
import { cancelReminder, scheduleReminder } from '@shared/workflow/services';
// blocked: the target has `ApprovalPolicy` as a type only, and a value is needed
import { ApprovalPolicy, approve } from '@shared/workflow/actions/approvals';
// verified: for a type, the same module will do
import type { ApprovalPolicy as Policy } from '@shared/workflow/actions/approvals';
// blocked: the target has no default export
import mailAdapter from '@shared/workflow/adapters/mailAdapter';

const policy: Policy = new ApprovalPolicy(['controller']);

export async function remind(invoice: string, due: Date, vault: ReadonlyMap<string, string>) {
  const task = { id: invoice, title: `Invoice ${invoice}`, due };
  scheduleReminder(invoice, due);
  if (approve(task, 'controller', policy)) cancelReminder(invoice);
  return retry(3, async () => [traceStep(task), mailAdapter(task), readSecret('mail-password', vault)]);
}
