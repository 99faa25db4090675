// Take orders for a jail with gSOAP:
//   wsdl2h -o order.h service.wsdl && soapcpp2 -2 -SL -j -I/usr/share/gsoap/import order.h
//   g++ call_back.cpp soapC.cpp soapPrisonsOrderBindingService.cpp -lgsoap++
#include <cstdlib>
#include <fstream>
#include <iostream>
#include "PrisonsOrderBinding.nsmap"
#include "soapPrisonsOrderBindingService.h"

int PrisonsOrderBindingService::ReceiveOrder(_ns2__Order *order, _ns2__Acknowledgement &taken)
{
    // Store it before it is acknowledged; the same MessageId may come again.
    std::ofstream inbox(std::getenv("INBOX"), std::ios::app);
    inbox << order->MessageId << ' ' << order->EventType << '\n' << std::flush;
    if (!inbox)
        return this->soap_receiverfault("the inbox cannot be written", NULL);
    std::string *number = soap_new_std__string(this->soap);
    *number = "J-" + order->MessageId;
    taken.Number = number;
    taken.Status = _ns2__Acknowledgement_Status__ACCEPTED;
    return SOAP_OK;
}

int main()
{
    PrisonsOrderBindingService service(SOAP_C_UTFSTRING);
    if (!soap_valid_socket(service.bind("127.0.0.1", std::atoi(std::getenv("PORT")), 16)))
        return 1;
    std::cout << "ready " << std::getenv("PORT") << std::endl;
    while (soap_valid_socket(service.accept())) {
        service.serve();
        service.destroy();
    }
    return 0;
}
