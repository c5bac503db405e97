"""What we know: facts about the product, the brand, the company and the rules of the house."""
