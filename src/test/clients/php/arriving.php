<?php
require __DIR__ . '/recuro.php';

push(['queue' => 'arriving', 'url' => getenv('RECEIVER') . '/php', 'payload' => ['client' => 'php']]);
