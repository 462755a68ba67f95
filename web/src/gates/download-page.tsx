/** Where links in mails lead: fetches the file, or says why there is none. */
export function DownloadPage() {
  return null;
}
