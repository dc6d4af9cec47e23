// Starts GraphiQL: the address says which query stands in the editor, and a query runs at once.
//
// `?query=`, `?variables=` and `?operationName=` fill the editors; without a query there is the page's first one. The address
// follows what is edited, so that a reload or a shared link shows the same again.
(() => {
  'use strict';

  const { createElement: element, useEffect, useRef } = React;
  const { useEditorContext, useExecutionContext } = GraphiQL.React;

  // The content policy takes the style sheets that GraphiQL's dialogs add from code that knows this answer's nonce.
  window.__webpack_nonce__ = document.getElementById('start').nonce;

  // Programs that a link passes through refuse longer ones.
  const LONGEST_IN_ADDRESS = 4000;

  const firstQuery = document.getElementById('first-query').textContent.trim();
  const asked = new URLSearchParams(location.search);
  const query = asked.get('query')?.trim() ?? firstQuery;
  const variables = asked.get('variables') ?? undefined;
  const operationName = asked.get('operationName') ?? undefined;

  /** Whether the text is a query and nothing else: what changes data, or goes on for ever, waits for the reader's click. */
  function onlyReads(text) {
    try {
      const operations = GraphiQL.GraphQL.parse(text).definitions.filter(({ kind }) => kind === 'OperationDefinition');
      return operations.length > 0 && operations.every(({ operation }) => operation === 'query');
    } catch {
      return false;
    }
  }

  /** Runs what the address asked for, once, as soon as the editors stand. Draws nothing. */
  function RunOnce() {
    const { queryEditor, variableEditor, headerEditor, responseEditor } = useEditorContext({ nonNull: true });
    const { run } = useExecutionContext({ nonNull: true });
    const done = useRef(false);
    const ready = queryEditor && variableEditor && headerEditor && responseEditor;
    useEffect(() => {
      if (!ready || done.current) return;
      done.current = true;
      if (!onlyReads(query)) return;
      if (operationName) queryEditor.operationName = operationName;
      run();
    }, [ready, queryEditor, run]);
    return null;
  }

  /** Writes the open tab into the address. Headers stay out of it: they may hold a token. */
  function showInAddress({ tabs, activeTabIndex }) {
    const tab = tabs[activeTabIndex];
    const shown = new URLSearchParams();
    if (tab.query !== firstQuery) {
      shown.set('query', tab.query ?? '');
      if (tab.operationName) shown.set('operationName', tab.operationName);
    }
    if (tab.variables) shown.set('variables', tab.variables);
    if (`${shown}`.length > LONGEST_IN_ADDRESS) return;
    history.replaceState(null, '', `${shown}` ? `?${shown}` : location.pathname);
  }

  // Subscriptions go over a socket, with the headers of the page as its first message; GraphiQL brings the client.
  const socket = new URL('graphql', location.href);
  socket.protocol = socket.protocol.replace('http', 'ws');

  const home = element('a', { href: './', className: 'graphiql-logo-link', title: 'To the start page' }, 'fundgraph');

  ReactDOM.createRoot(document.getElementById('graphiql')).render(
    element(
      GraphiQL,
      {
        fetcher: GraphiQL.createFetcher({ url: 'graphql', subscriptionUrl: socket.href }),
        plugins: [GraphiQLPluginExplorer.explorerPlugin()],
        query,
        variables,
        defaultQuery: '',
        isHeadersEditorEnabled: true,
        shouldPersistHeaders: false,
        onTabChange: showInAddress,
      },
      element(GraphiQL.Logo, null, home),
      element(RunOnce),
    ),
  );
})();
