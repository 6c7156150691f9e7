/** Where the services are unless the configuration says otherwise. */
export const usualUrls = {
  payment: 'http://127.0.0.1:4701',
  stock: 'http://127.0.0.1:4702',
  shipping: 'http://127.0.0.1:4703',
} as const
