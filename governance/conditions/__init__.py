"""The language of conditions: what a bright line asks of facts that everybody can see (POLICY [form-10], [form-13])."""
