// Take orders for a jail, with the contract's WSDL and schema. Node 18 or newer; npm install soap
const soap = require('soap');
const fs = require('fs');
const http = require('http');

const wsdl = process.env.WSDL || 'service.wsdl';
const service = {
  PrisonsOrderService: {
    PrisonsOrderPort: {
      ReceiveOrder(order) {
        // Store it before it is acknowledged; the same MessageId may come again.
        fs.appendFileSync(process.env.INBOX, JSON.stringify(order) + '\n');
        return { Number: `J-${order.MessageId}`, Status: 'ACCEPTED' };
      },
    },
  },
};

const server = http.createServer((request, response) => response.end());
server.listen(Number(process.env.PORT || 9900), '127.0.0.1', () => {
  soap.listen(server, { path: '/icjs', services: service, xml: fs.readFileSync(wsdl, 'utf8'), uri: wsdl });
  console.log(`ready ${server.address().port}`);
});
