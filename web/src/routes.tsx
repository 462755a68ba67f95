import { Route, Routes } from 'react-router';
import { CenterPage } from './center/center-page.tsx';
import { Shell } from './shell/shell.tsx';

/** Every address of the report center. */
export function AppRoutes() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route path="/" element={<CenterPage />} />
      </Route>
    </Routes>
  );
}
