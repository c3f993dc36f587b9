"""What the accounts with the providers on this machine are called: the service, the floors and the load must agree."""

TELEGRAM_TOKEN, TELEGRAM_SECRET = "123456:" + "a" * 35, "bench-secret"
TWILIO_SID, TWILIO_TOKEN = "AC" + "0" * 32, "f" * 32
NUMBER, WHATSAPP_NUMBER = "+15005550006", "+15005550007"
MAILBOX = "hello@shop.example"
