import { fileFrom, type OpenApp } from 'heddle'
import { addScan, printInvoice } from './generated/billing.ts'

export async function scanned(shop: OpenApp, receipt: string, bytes: Blob) {
  await shop.call(addScan, { receipt, tags: new Set(['paper']), scan: fileFrom(bytes) })
  const invoice = await shop.call(printInvoice, { receipt })
  return invoice.ok && invoice.value.text()
}
