<?php
// Take orders for a jail: php -S 127.0.0.1:9900 call_back.php, with the contract's WSDL and schema beside it.
class Orders
{
    public function ReceiveOrder(object $order): array
    {
        // Store it before it is acknowledged; the same MessageId may come again.
        file_put_contents(getenv('INBOX'), json_encode($order, JSON_UNESCAPED_UNICODE) . "\n", FILE_APPEND | LOCK_EX);
        return ['Number' => "J-$order->MessageId", 'Status' => 'ACCEPTED'];
    }
}

$server = new SoapServer(getenv('WSDL') ?: 'service.wsdl', ['features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$server->setObject(new Orders());
$server->handle();
