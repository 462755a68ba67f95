import { Box, Button, Stack, Text } from '@mantine/core';
import type { ExportView } from '../../../../core/contract/export-schemas.ts';
import { problemCode } from '../../api/problem-error.ts';
import { useReport } from '../../api/reports.ts';
import { PermissionRequiredPage } from '../../gates/permission-required-page.tsx';
import { strings } from '../../strings/strings.ts';
import { CatalogStep } from '../catalog/catalog-step.tsx';
import type { ReadLink } from '../generate-link.ts';
import { LoadingStep } from '../loading-step.tsx';
import { StepFrame } from '../step-frame.tsx';
import { ReportForm } from './report-form.tsx';
import type { Draft } from './use-report-form.ts';

export interface ReportStepProps {
  readonly reportId: string;
  readonly link: ReadLink;
  readonly eventId: string | undefined;
  /** The export whose request fills in the form. */
  readonly source?: ExportView;
  /** Shown above the form. */
  readonly note?: string;
  readonly drafts: Map<string, Draft>;
  readonly onDone: () => void;
}

/** The form of one report, or why there is none. */
export function ReportStep({ reportId, drafts, ...props }: ReportStepProps) {
  const { data: report, error, refetch } = useReport(reportId);
  const texts = strings.generate;
  if (report !== undefined) {
    return (
      <StepFrame title={texts.formTitle(report.title)}>
        <ReportForm
          {...props}
          report={report}
          draft={drafts.get(reportId)}
          onDraft={(draft) => drafts.set(reportId, draft)}
        />
      </StepFrame>
    );
  }
  if (error === null) return <LoadingStep />;
  switch (problemCode(error)) {
    case 'permission_required':
      return (
        <StepFrame title={texts.title}>
          <Box p="lg" maw="40rem">
            <PermissionRequiredPage reportId={reportId} />
          </Box>
        </StepFrame>
      );
    case 'not_found':
      return <CatalogStep eventId={props.eventId} note={texts.catalog.unknown(reportId)} />;
    default:
      return (
        <StepFrame title={texts.title}>
          <Stack p="md" align="flex-start" gap="xs" role="alert">
            <Text>{texts.form.loadFailed}</Text>
            <Button variant="default" onClick={() => void refetch()}>
              {strings.common.tryAgain}
            </Button>
          </Stack>
        </StepFrame>
      );
  }
}
