"""How people write what has one name: States, districts, FIR numbers. The words are rows of data beside the code."""
