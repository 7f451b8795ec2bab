"""Mail: handed to the SMTP server of the configuration, or laid in HOME/mail where there is none."""

import asyncio
import smtplib
from email.message import EmailMessage
from secrets import token_hex

from app.config import Config, Smtp

SECONDS = 20


async def send_mail(config: Config, to: str, subject: str, text: str) -> None:
    """Send a letter. Raises OSError (as every SMTPException is one) when the server does not take it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = config.mail_from, to, subject
    message.set_content(text)
    if config.smtp is None:
        await asyncio.to_thread(_lay_down, config, message)
    else:
        await asyncio.to_thread(_hand_over, config.smtp, message)


def _lay_down(config: Config, message: EmailMessage) -> None:
    folder = config.home / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{token_hex(8)}.eml"
    file.touch(mode=0o600)
    file.write_bytes(bytes(message))


def _hand_over(smtp: Smtp, message: EmailMessage) -> None:
    if smtp.tls:
        with smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=SECONDS) as server:
            _deliver(server, smtp, message)
        return
    with smtplib.SMTP(smtp.host, smtp.port, timeout=SECONDS) as server:
        if server.has_extn("starttls"):
            server.starttls()
        _deliver(server, smtp, message)


def _deliver(server: smtplib.SMTP, smtp: Smtp, message: EmailMessage) -> None:
    if smtp.user:
        server.login(smtp.user, smtp.password)
    server.send_message(message)
