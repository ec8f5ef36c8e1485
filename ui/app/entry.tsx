// Where the screen starts: theme, cache and router around the shell.

import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/core/styles/Tooltip.css';
import './base.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { answerCache } from '../data/answer-cache.ts';
import { adoptTenantOfAddress } from '../data/tenant.ts';
import { isLoadingAhead, preloadPages, router } from './router.tsx';
import { cssVariables, theme } from './theme.ts';

adoptTenantOfAddress();
window.addEventListener('load', preloadPages, { once: true });

// After a new build the old one's parts are gone: the page is fetched anew, once for each build.
window.addEventListener('vite:preloadError', (event) => {
  if (isLoadingAhead()) return;
  const known = sessionStorage.getItem('clew.reloaded');
  if (known === import.meta.url) return;
  sessionStorage.setItem('clew.reloaded', import.meta.url);
  event.preventDefault();
  location.reload();
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html lacks its root element');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={answerCache}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
