"""The partner's Python client: push a message, keep the receipt, verify what the gateway says and sends.

It is written for a partner's side of the wire and knows only the public surface: HTTP, SOAP, receipts,
webhooks. The SOAP side lies apart, in `icjs_gateway.client.soap`, because zeep takes its time to load.
"""

from icjs_gateway.client.gateway import Asker, GatewayClient
from icjs_gateway.client.problems import FindingTold, NoAnswer, Problem
from icjs_gateway.client.receipts import Receipt, ReceiptEvent, ReceiptRejected, verify_receipt
from icjs_gateway.client.repeats import Repeats
from icjs_gateway.client.webhooks import WebhookRejected, verify_webhook

__all__ = [
    "Asker",
    "FindingTold",
    "GatewayClient",
    "NoAnswer",
    "Problem",
    "Receipt",
    "ReceiptEvent",
    "ReceiptRejected",
    "Repeats",
    "WebhookRejected",
    "verify_receipt",
    "verify_webhook",
]
