import { lazy, Suspense, useEffect, useRef } from 'react';
import { Navigate, Route, Routes, useLocation, useNavigate, useParams, useSearchParams } from 'react-router';
import { CenterPage } from './center/center-page.tsx';
import { DownloadPage } from './gates/download-page.tsx';
import { NotFoundPage } from './gates/not-found-page.tsx';
import { Shell } from './shell/shell.tsx';

// None of these is part of the first view.
const GenerateModal = lazy(async () => ({ default: (await import('./generate/generate-modal.tsx')).GenerateModal }));
const MembersPage = lazy(async () => ({ default: (await import('./members/members-page.tsx')).MembersPage }));
const ExportDrawer = lazy(async () => ({ default: (await import('./detail/export-drawer.tsx')).ExportDrawer }));

/** Every address of the report center. */
export function AppRoutes() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route path="/" element={<Center />} />
        <Route path="/reports/new" element={<Center isGenerating />} />
        <Route path="/events/:eventId/reports" element={<Center />} />
        <Route path="/events/:eventId/reports/new" element={<Center isGenerating />} />
        <Route path="/exports/:exportId" element={<OneExport />} />
        <Route
          path="/members"
          element={
            <Suspense>
              <MembersPage />
            </Suspense>
          }
        />
        <Route path="/download/:token" element={<DownloadPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}

/** The list, and what is open over it: the form for a new export, or the export that `?export=` names. */
function Center({ isGenerating = false }: { isGenerating?: boolean }) {
  const { eventId } = useParams();
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const exportId = search.get('export');

  const closeDrawer = () =>
    setSearch((current) => {
      const next = new URLSearchParams(current);
      next.delete('export');
      return next;
    });

  // The form's address has no room for the list's filters and page, which are wanted again when nothing came of it.
  const listSearch = useRef('');
  useEffect(() => {
    if (!isGenerating) listSearch.current = search.toString();
  }, [isGenerating, search]);
  const closeForm = (isCreated: boolean) => {
    const pathname = eventId === undefined ? '/' : `/events/${encodeURIComponent(eventId)}/reports`;
    return navigate({ pathname, search: isCreated ? '' : listSearch.current });
  };

  return (
    <>
      <CenterPage />
      <Suspense>
        {isGenerating && (
          <GenerateModal search={search} eventId={eventId} onClose={(isCreated) => void closeForm(isCreated)} />
        )}
        {!isGenerating && exportId !== null && <ExportDrawer exportId={exportId} onClose={closeDrawer} />}
      </Suspense>
    </>
  );
}

/** Where mails lead: the export within the list. */
function OneExport() {
  const { exportId = '' } = useParams();
  const { search } = useLocation();
  const parameters = new URLSearchParams(search);
  parameters.set('export', exportId);
  return <Navigate replace to={`/?${parameters}`} />;
}
