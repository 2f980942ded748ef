"""A test that starts the program in a folder of its own."""
import pathlib
import subprocess
import sys
import tempfile
import unittest


class CommandTest(unittest.TestCase):
    program = ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def spate(self, *words, code=0):
        result = subprocess.run([self.program, *map(str, words)], cwd=self.folder, capture_output=True, text=True, timeout=240)
        self.assertEqual(result.returncode, code, result.stderr)
        return result


def main():
    """Runs the tests of the script that is started with PROGRAM [unittest options]."""
    CommandTest.program = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
